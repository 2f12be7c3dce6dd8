import { testS3Resume } from './s3-resume.js';

testS3Resume('resuming an upload to S3');
