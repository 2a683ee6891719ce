"""What people and programs open. One rule: pages ask queries and call actions, and decide nothing."""
