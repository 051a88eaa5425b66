/** Identity in the lines that an application logs through SLF4J with Logback. */
@NullMarked
package io.waybill.slf4j;

import org.jspecify.annotations.NullMarked;
