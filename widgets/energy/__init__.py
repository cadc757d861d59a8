"""What houses use per square metre and degree day, on the screen."""
