"""What it costs: every figure is counted, or is a ratio to something plain in the same run. `python -m bench`."""
