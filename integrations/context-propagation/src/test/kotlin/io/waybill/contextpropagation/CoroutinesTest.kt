package io.waybill.contextpropagation

import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.context.Context
import io.opentelemetry.extension.kotlin.asContextElement
import io.waybill.BaggageField
import io.waybill.FieldCodec
import io.waybill.RequestScope
import io.waybill.sdk.Waybill
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** OpenTelemetry's own asContextElement() carries the request; nothing of ours is needed. */
@Timeout(60)
class CoroutinesTest {
  private val waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build()
  private val executor = Executors.newSingleThreadExecutor()
  private val oneThread = executor.asCoroutineDispatcher()

  @AfterEach
  fun stopThread() {
    assertThat(CompletableFuture.supplyAsync({ Context.current() }, executor).join())
      .isSameAs(Context.root())
    oneThread.close()
  }

  @Test
  fun withContext_onOtherDispatchers() = inRequest("u-1") {
    assertThat(userHere()).isEqualTo("u-1")
    assertThat(withContext(Dispatchers.Default) { userHere() }).isEqualTo("u-1")
    assertThat(withContext(Dispatchers.IO) { userHere() }).isEqualTo("u-1")
    assertThat(withContext(oneThread) { userHere() }).isEqualTo("u-1")
    assertThat(userHere()).isEqualTo("u-1")
  }

  @Test
  fun resumed_afterDelay() = inRequest("u-1") {
    withContext(Dispatchers.Default) {
      delay(1)
      assertThat(userHere()).isEqualTo("u-1")
    }
  }

  @Test
  fun coroutines_interleavedOnOneThread() {
    val ran = Collections.synchronizedList(ArrayList<String>())
    val users = (0 until 1_000).map { "u-$it" }

    val seen = runBlocking(oneThread) {
      users.map { user -> async(contextOf(user).asContextElement()) { steps(ran) } }.awaitAll()
    }

    assertThat(seen).isEqualTo(users.map { user -> List(STEPS) { user } })
    assertThat(ran).isEqualTo(List(STEPS) { users }.flatten())
  }

  @Test
  fun coroutines_onManyThreads() {
    val users = (0 until 1_000).map { "u-$it" }

    val seen = runBlocking(Dispatchers.Default) {
      users.map { user -> async(contextOf(user).asContextElement()) { steps() } }.awaitAll()
    }

    assertThat(seen).isEqualTo(users.map { user -> List(STEPS) { user } })
  }

  @Test
  fun deferred_sharedByRequests() = runBlocking {
    val shared = CompletableDeferred<Int>()
    val seen = listOf("u-1", "u-2").map { user ->
      async(oneThread + contextOf(user).asContextElement()) {
        shared.await()
        userHere()
      }
    }

    withContext(contextOf("u-3").asContextElement()) { shared.complete(1) }

    assertThat(seen.awaitAll()).isEqualTo(listOf("u-1", "u-2"))
    Unit
  }

  @Test
  fun launch_insideOfScope() = inRequest("u-1") {
    val seen = CompletableDeferred<String>()
    launch(oneThread) { seen.complete(userHere()) }
    assertThat(seen.await()).isEqualTo("u-1")
  }

  @Test
  fun childView_coversItsBlockOnly() = inRequest("u-1") {
    val scope = RequestScope.current().with(USER, "child")
    val child = scope.call<Context, RuntimeException> { Context.current() }

    assertThat(withContext(oneThread + child.asContextElement()) { userHere() }).isEqualTo("child")
    assertThat(userHere()).isEqualTo("u-1")
  }

  @Test
  fun exception_isCaughtInScope() = inRequest("u-1") {
    try {
      withContext(oneThread) { error(userHere()) }
    } catch (e: IllegalStateException) {
      assertThat(e).hasMessage("u-1")
    }
    assertThat(userHere()).isEqualTo("u-1")
  }

  @Test
  fun exception_leavesCoroutine() {
    assertThatThrownBy { inRequest("u-1") { withContext(oneThread) { error("no") } } }
      .isInstanceOf(IllegalStateException::class.java)
    assertThat(Context.current()).isSameAs(Context.root())
  }

  @Test
  fun cancellation_isSeenInScope() {
    val running = CompletableDeferred<Unit>()
    val seen = CompletableDeferred<String>()
    runBlocking {
      val job = launch(oneThread + contextOf("u-1").asContextElement()) {
        try {
          running.complete(Unit)
          awaitCancellation()
        } finally {
          seen.complete(userHere())
        }
      }
      running.await()
      job.cancelAndJoin()
      assertThat(seen.await()).isEqualTo("u-1")
    }
  }

  @Test
  fun coroutine_thatOutlivesItsRequest() {
    val context = contextOf("u-1")

    runBlocking(oneThread + context.asContextElement()) {
      assertThat(userHere()).isEqualTo("u-1")
      assertThat(RequestScope.current().isEnded).isTrue()
    }
  }

  /** What happens without the element: nothing is carried. */
  @Test
  fun withoutElement_absent() {
    waybill.request().with(USER, "u-1").run {
      runBlocking { assertThat(withContext(oneThread) { userHere() }).isEqualTo("none") }
    }
  }

  private suspend fun steps(ran: MutableList<String> = ArrayList()): List<String> = List(STEPS) {
    val user = userHere()
    ran.add(user)
    yield()
    user
  }

  /** Runs [block] as a service would that was called on a plain thread. */
  private fun inRequest(user: String, block: suspend CoroutineScope.() -> Unit) {
    waybill.request().with(USER, user).run {
      runBlocking(Context.current().asContextElement(), block)
    }
  }

  private fun contextOf(user: String): Context =
    waybill.request().with(USER, user).call<Context, RuntimeException> { Context.current() }

  private fun userHere(): String = RequestScope.currentOrNull()?.get(USER) ?: "none"

  private companion object {
    const val STEPS = 5
    val USER: BaggageField<String> = BaggageField.identity("user.id", FieldCodec.string())
  }
}
