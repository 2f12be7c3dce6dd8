import { testNoServerPage } from './no-server-page.js';

// What startS3Target goes by.
process.env['FAR_SIDES'] = 'ceph';
testNoServerPage('the page without a server, with Ceph’s store and token service', 'cdn');
