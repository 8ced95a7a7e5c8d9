"""Running the product: the schema, the web process, the worker, and who watches them."""
