import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../ilink/endpoints';
import { CLIENT_VERSION } from '../../ilink/version';

export const USAGE = `Usage: n8n-nodes-wechat-ilink <command> [options]

Connects a personal WeChat account to n8n.

Commands:
  login     shows a QR code; scan it with WeChat to get a bot token, or an n8n credential
  doctor    checks a bot token and the way to WeChat's servers
  store     moves what the nodes keep from its file into PostgreSQL

  <command> --help    the options of a command
  --version

Exit codes:
  0    it worked
  1    it did not: the login ended without a token, or the doctor found something broken
  2    the command line does not make sense; nothing was done
  3    the login worked, but the token could not be saved as asked, or n8n's test of it failed
  130  ended by Ctrl-C
`;

export const LOGIN_USAGE = `Usage: n8n-nodes-wechat-ilink login [options]

Shows a QR code, says what happens on the phone, and asks for the number if WeChat shows one. A code that expires is
replaced, twice at most. Connecting a WeChat account ends the bot token that it had before.

Where the bot token goes (without a choice, you are asked at the end):
  -o, --output FILE        into a file that only you can read, with all fields of the credential
  --n8n-url URL            into a credential of the n8n at this address, e.g. http://localhost:5678;
                           its API key is taken from the environment variable N8N_API_KEY
  --n8n-api-key KEY        the API key, if it is not in the environment (other users of the machine can see it)
  --n8n-credential X       update the credential with this id or name; running workflows pick it up
  --n8n-name NAME          the name of a new credential (WeChat)
  --show-token             onto the screen

Other options:
  --png FILE               write each QR code into a PNG file, too
  --light-terminal         without colours: draw the code for a light background
  --json                   one JSON object per line, for scripts; the number on the phone is read from stdin
  --api-base-url URL       (${DEFAULT_API_BASE_URL})
  --cdn-base-url URL       (${DEFAULT_CDN_BASE_URL})
  --client-version X.Y.Z   declared to WeChat (${CLIENT_VERSION}); raise it when the phone asks for an upgrade

HTTP_PROXY, HTTPS_PROXY, NO_PROXY and NO_COLOR are honoured. Without a terminal there are no colours and no rewritten lines.
The lines of --json have a "status": qr, wait, scaned, need_verifycode, verify_code_blocked, scaned_but_redirect, expired,
binded_redirect, trouble, note, saved, confirmed (the token only with --show-token), or failed.
Exit codes: see n8n-nodes-wechat-ilink --help.
`;

export const DOCTOR_USAGE = `Usage: n8n-nodes-wechat-ilink doctor [options]

Checks, step by step, what has to work for n8n to talk to WeChat: Node, proxy settings, name resolution, connection,
certificate, the iLink API, the file servers, the clock, and the bot token. With n8n's folder beside it (WECHAT_ILINK_FOLDER)
it also lists what came and could not be read. Takes no messages away and sends none.

Where the bot token comes from (it never has to be typed into a command line):
  --file FILE              a file of "login --output", or one with nothing but the token; - is stdin
  WECHAT_BOT_TOKEN         the environment variable
  Without one, everything but the token is checked.

Options:
  --api-base-url URL       (that of the file, else ${DEFAULT_API_BASE_URL})
  --cdn-base-url URL       (that of the file, else ${DEFAULT_CDN_BASE_URL})
  --json                   the result as one JSON object
  --show-unreadable        show what came and could not be read as it came (it holds what people wrote)

Run it where n8n runs: in its container, with its environment.
Exit codes: 0 when everything works, 1 when something does not, 2 for a wrong command line.
`;

export const STORE_USAGE = `Usage: n8n-nodes-wechat-ilink store move [--from FILE]

Copies everything that the nodes keep (messages, what waits to be sent, conversations, logins) from the SQLite file into the
PostgreSQL database that the environment names, and compares both. Stop n8n before.

Where it comes from:
  --from FILE                    wechat.sqlite; without it, the one in n8n's folder (WECHAT_ILINK_FOLDER, N8N_USER_FOLDER)

Where it goes:
  WECHAT_ILINK_DATABASE_URL      postgresql://user:password@host/database
  WECHAT_ILINK_STORE=n8n-database, and the DB_POSTGRESDB_ variables of n8n

The database must have nothing of this package in it. A move that was broken off goes on where it was. The file is only read.
Exit codes: 0 when everything is there, 1 when it is not, 2 for a wrong command line.
`;
