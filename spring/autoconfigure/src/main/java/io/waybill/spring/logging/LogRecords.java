package io.waybill.spring.logging;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.waybill.opentelemetry.logs.WaybillLogRecordProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Shows fields on log records, once they are known: what exports records is made before the
 * Waybill, which declares them.
 */
final class LogRecords implements LogRecordProcessor {
  private volatile @Nullable LogRecordProcessor ready;

  void show(LoggedFields fields) {
    ready = WaybillLogRecordProcessor.create(fields.shown());
  }

  @Override
  public void onEmit(Context context, ReadWriteLogRecord record) {
    LogRecordProcessor processor = ready;
    if (processor != null) {
      processor.onEmit(context, record);
    }
  }
}
