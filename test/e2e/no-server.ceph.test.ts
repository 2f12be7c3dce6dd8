import { testNoServerPage } from './no-server-page.js';

// startS3Target reads this variable.
process.env['S3_STORE'] = 'ceph';
testNoServerPage('the page "Upload without a server" with Ceph', 'cdn');
