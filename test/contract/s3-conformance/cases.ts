import type { ConformanceCase } from './conformance-case.js';
import { connections } from './cases/connections.js';
import { corsPreflights } from './cases/cors-preflights.js';
import { cors } from './cases/cors.js';
import { forms } from './cases/forms.js';
import { keys } from './cases/keys.js';
import { malformed } from './cases/malformed.js';
import { multipart } from './cases/multipart.js';
import { multipartComplete } from './cases/multipart-complete.js';
import { multipartLists } from './cases/multipart-lists.js';
import { objects } from './cases/objects.js';
import { policies } from './cases/policies.js';
import { policyConditions } from './cases/policy-conditions.js';
import { virtualHosts } from './cases/virtual-hosts.js';
import { v2 } from './cases/v2.js';
import { v4Headers } from './cases/v4-headers.js';
import { v4Presigned } from './cases/v4-presigned.js';

export type { CaseResult, Expected, ConformanceCase } from './conformance-case.js';

/** All cases. Each case uses new keys, so that it may run alone, in any order and repeatedly. */
export const cases: ConformanceCase[] = [
  ...v4Headers,
  ...v4Presigned,
  ...v2,
  ...policies,
  ...policyConditions,
  ...forms,
  ...virtualHosts,
  ...keys,
  ...multipart,
  ...multipartComplete,
  ...multipartLists,
  ...objects,
  ...corsPreflights,
  ...cors,
  ...malformed,
  ...connections,
];
