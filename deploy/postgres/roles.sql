-- Run once by the Postgres image, as its superuser, when the data folder is new. Nobody works as the superuser after it.
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/database_owner_password`
\set app_password `cat /run/secrets/database_app_password`
\set temporal_password `cat /run/secrets/temporal_database_password`

CREATE ROLE cashback_owner LOGIN PASSWORD :'owner_password';
-- Owns nothing, so that the ledger's guards bind it; its rights are given by the migrations.
CREATE ROLE cashback_app LOGIN PASSWORD :'app_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';

CREATE DATABASE cashback OWNER cashback_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE cashback, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE cashback TO cashback_app;
