import { testNoServerPage } from './no-server-page.js';

testNoServerPage('the page "Upload without a server" with the demo’s store', 'store');
