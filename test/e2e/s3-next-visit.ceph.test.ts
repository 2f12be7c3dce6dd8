import { testNextVisit } from './s3-next-visit.js';

// What startTestServers goes by.
process.env['S3_STORE'] = 'ceph';
testNextVisit('the next visit to a page that could not finish an upload to Ceph');
