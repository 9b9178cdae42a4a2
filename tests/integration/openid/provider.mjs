// SPDX-License-Identifier: MIT
//
// An OpenID provider on loopback that believes any name: provider.mjs DIR PORT CALLBACK. Its pages are oidc-provider's own,
// for development: a form for the name, and one for the consent.
import Provider from 'oidc-provider';

const [, , , port, callback] = process.argv;
new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'synapse', client_secret: 'of_this_test', redirect_uris: [callback] }],
  claims: { profile: ['preferred_username', 'name'] },
  cookies: { keys: ['of_this_test'] },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, name: id }) }),
}).listen(port, '127.0.0.1', () => console.log('listening'));
