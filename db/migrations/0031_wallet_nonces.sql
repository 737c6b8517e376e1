-- An attempt has one nonce for its whole life: asked for again it gets the same, and two that are asked for at once cannot both be kept.
CREATE UNIQUE INDEX wallet_nonce_attempt ON wallet_nonce (attempt_id) WHERE attempt_id IS NOT NULL;
