"""Stories told through the whole of All Ears, one each: its addresses, its flow, some in a browser."""
