-- Log-ins by atproto (Bluesky): who was asked for is known before the browser leaves, and must be who comes back.

-- The server that was asked to log him in, and his DID; both null for other sites, which say themselves who it is.
alter table aquifer_accounts.social_flows
  add column issuer text,
  add column subject text,
  add constraint social_flows_expected_whole check ((issuer is null) = (subject is null)),
  add constraint social_flows_expected_bounded check (char_length(issuer) <= 500 and char_length(subject) <= 500);
