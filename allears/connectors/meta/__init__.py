"""What Facebook, Instagram and WhatsApp share: Meta's door, its Graph API, its errors, windows and limits.

No connector by itself. Its rule: whatever two of Meta's networks say in the same words is read and said here, once.
Sources: developers.facebook.com; docs/networks/facebook.md, instagram.md and whatsapp.md say what each can do.
"""
