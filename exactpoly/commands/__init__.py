"""Commands of the command line, one a module; they import what they need when they run."""
