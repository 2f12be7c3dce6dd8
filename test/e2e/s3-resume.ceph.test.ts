import { testS3Resume } from './s3-resume.js';

// startTestServers reads this variable.
process.env['S3_STORE'] = 'ceph';
testS3Resume('resuming an upload to Ceph');
