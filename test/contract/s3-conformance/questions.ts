import type { Question } from './question.js';
import { connections } from './questions/connections.js';
import { corsPreflights } from './questions/cors-preflights.js';
import { cors } from './questions/cors.js';
import { forms } from './questions/forms.js';
import { keys } from './questions/keys.js';
import { malformed } from './questions/malformed.js';
import { multipart } from './questions/multipart.js';
import { multipartComplete } from './questions/multipart-complete.js';
import { multipartLists } from './questions/multipart-lists.js';
import { objects } from './questions/objects.js';
import { policies } from './questions/policies.js';
import { policyConditions } from './questions/policy-conditions.js';
import { virtualHosts } from './questions/virtual-hosts.js';
import { v2 } from './questions/v2.js';
import { v4Headers } from './questions/v4-headers.js';
import { v4Presigned } from './questions/v4-presigned.js';

export type { Answer, Expected, Question } from './question.js';

/** Everything a store is asked. Each question stands for itself: it makes keys of its own and may be asked alone, in any order, and again. */
export const questions: Question[] = [
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
