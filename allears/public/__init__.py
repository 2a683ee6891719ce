"""What customers use: the chat on their site.
One rule: nothing in here trusts what a customer's browser says of itself.
"""
