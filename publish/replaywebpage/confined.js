// The service worker of /-/replay/: ReplayWeb.page's own, with a policy on everything that it answers.
// What was archived was written by others and would have this site's origin here, so none of it may run: no script, no
// form, no way into the page around it. The worker itself may ask this site only (the policy on this file).
"use strict";

const ARCHIVED =
  "sandbox allow-same-origin; default-src 'none'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; " +
  "font-src 'self' data:; media-src 'self' data: blob:; frame-src 'self'; script-src 'none'; form-action 'none'";
const APPLICATION = "{{ application }}";
const EMPTY = [101, 103, 204, 205, 304]; // statuses of which a Response may have no body

function confined(request, response) {
  if (!response || response.status === 0) return response; // an error, which shows nothing
  const path = new URL(request.url).pathname.slice(new URL(self.registration.scope).pathname.length);
  const headers = new Headers(response.headers);
  headers.set("Content-Security-Policy", /^w\/(?!api\/)/.test(path) ? ARCHIVED : APPLICATION);
  headers.set("X-Content-Type-Options", "nosniff");
  const body = EMPTY.includes(response.status) ? null : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

if (self.FetchEvent) { // the viewer starts this file as a plain worker too, which reads packages and answers nothing
  const respondWith = FetchEvent.prototype.respondWith;
  FetchEvent.prototype.respondWith = function (answer) {
    respondWith.call(this, Promise.resolve(answer).then((response) => confined(this.request, response)));
  };
}

importScripts("wabac.js");
