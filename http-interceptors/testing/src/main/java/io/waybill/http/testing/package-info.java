/** What the tests of several HTTP adapters share: servers that remember what they were sent. */
package io.waybill.http.testing;
