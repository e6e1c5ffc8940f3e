"""The local system: the synthesised template, run on one machine with the project's own clock."""
