"""One region of a network of any size, without enumeration."""
