"""How much one source may ask of us: token buckets in Valkey, and a door each that takes from them.

A source is a conversation, a printed code, a user name, and last, widest, an address: a whole
hotel's guests may be behind one. docs/operate.md explains it to whoever runs the product.
"""
