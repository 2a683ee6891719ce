"""The site through which people get in: set-up, sign-in, invitations, passwords, one's own account.

Words: a door is a page's rule of who may open it (`web/doors.py`); a sign-in is one browser.
One rule: `middleware` alone decides who is asking; every other page reads `request.member`.
"""
