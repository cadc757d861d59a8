"""Letters shipped with the program that no library brings: signs of pictures in names."""
