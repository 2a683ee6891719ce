"""The API: /api/v1 for programs, its description in OpenAPI, and a page on which people read it.
Words: an ApiToken lets a program in; a problem is what an error looks like (RFC 9457).
One rule: what is heavy here (django-ninja, pydantic) is imported by the first request that needs it.
"""
