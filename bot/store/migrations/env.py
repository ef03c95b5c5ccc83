"""How Alembic reaches the database: through the connection and transaction that `engine.upgrade` opened.

In: a connection in the configuration's attributes. Out: the newest schema. Never: a connection of its own.
"""

from alembic import context

from bot.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
