"""What goes in and out, described once: for the reader of the API's page, and for whatever checks it."""
