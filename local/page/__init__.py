"""What the local system shows in a browser: one page for everything that runs, and the API explained."""
