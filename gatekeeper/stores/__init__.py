"""stores: where state lives, in SQLite: `Database` for all, the `Journal` of messages. Fails with `StoreError`."""
