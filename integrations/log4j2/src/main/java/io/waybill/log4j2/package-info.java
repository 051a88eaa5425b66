/** Identity in the lines that an application logs through Log4j 2. */
@NullMarked
package io.waybill.log4j2;

import org.jspecify.annotations.NullMarked;
