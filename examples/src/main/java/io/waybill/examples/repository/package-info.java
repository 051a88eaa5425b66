/** How a repository logs the request it works for. */
@NullMarked
package io.waybill.examples.repository;

import org.jspecify.annotations.NullMarked;
