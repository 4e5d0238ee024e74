"""Questions about what a network does on a box, answered exactly without enumerating its regions."""
