"""What is kept with a device: notes people wrote, files they added."""
