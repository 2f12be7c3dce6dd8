import { testNextVisit } from './s3-next-visit.js';

testNextVisit('the next visit to a page that could not finish an upload');
