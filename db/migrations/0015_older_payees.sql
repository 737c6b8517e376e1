-- Methods from before payees were compared say whom they pay in clear. They are judged when the user's profile is next given; until
-- then nothing is paid to them, like to any other payee that could not be compared.
UPDATE payout_method SET payee = 'unjudged', destination = destination || jsonb_build_object('$payee', destination -> 'holderName')
WHERE payee = 'not_asked' AND destination ? 'holderName' AND btrim(destination ->> 'holderName') <> '';
