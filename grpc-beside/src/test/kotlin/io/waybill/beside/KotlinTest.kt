package io.waybill.beside

import io.grpc.ManagedChannel
import io.grpc.Server
import io.grpc.ServerInterceptor
import io.grpc.ServerServiceDefinition
import io.grpc.kotlin.AbstractCoroutineServerImpl
import io.grpc.kotlin.ClientCalls
import io.grpc.kotlin.ServerCalls
import io.grpc.netty.NettyChannelBuilder
import io.grpc.netty.NettyServerBuilder
import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.context.Context
import io.opentelemetry.extension.kotlin.asContextElement
import io.waybill.BaggageField
import io.waybill.FieldCodec
import io.waybill.RequestScope
import io.waybill.grpc.WaybillGrpc
import io.waybill.grpc.test.HopGrpc
import io.waybill.grpc.test.Note
import io.waybill.sdk.Waybill
import io.waybill.sdk.policy.TrustZone
import java.net.InetSocketAddress
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Services and clients of grpc-kotlin see the request, with the one interceptor of our page. */
@Timeout(60)
class KotlinTest {
  private val serving = Waybill.builder(OpenTelemetry.noop()).carry(USER).peers { TrustZone.OWN }.build()
  private val opened = ArrayList<AutoCloseable>()

  @AfterEach
  fun stop() = opened.asReversed().forEach { it.close() }

  @Test
  fun unary_seesTheRequest_alsoOnAnotherDispatcher() {
    val server = start(RequestInCoroutines)

    assertThat(callAs("u-1", server)).isEqualTo("u-1 u-1 u-1")
  }

  @Test
  fun stream_seesTheRequestInEachMessage() {
    val server = start(RequestInCoroutines)
    val waybill = calling(server)

    val seen = inRequest("u-1", waybill) {
      ClientCalls.serverStreamingRpc(through(waybill, server), HopGrpc.getServerStreamMethod(), note(""))
        .toList()
    }

    assertThat(seen.map { it.text }).containsExactly("u-1", "u-1")
  }

  @Test
  fun requests_ofManyUsersAtOnce_neverMix() {
    val server = start(RequestInCoroutines)
    val waybill = calling(server)
    val channel = through(waybill, server)
    val users = (0 until 200).map { "u-$it" }

    val seen = runBlocking(Dispatchers.Default) {
      users.map { user -> async(contextOf(user, waybill).asContextElement()) { who(channel) } }.awaitAll()
    }

    assertThat(seen).isEqualTo(users.map { "$it $it $it" })
  }

  /** What the page is for: without it a coroutine runs outside of every request. */
  @Test
  fun withoutTheInterceptor_nobody() {
    assertThat(callAs("u-1", start(null))).isEqualTo("nobody nobody nobody")
  }

  @Test
  fun page_hasTheInterceptorThatRunsHere() {
    val source = Files.readString(Path.of("src/test/kotlin/io/waybill/beside/RequestInCoroutines.kt"))
    val page = Files.readString(Path.of("../grpc-interceptors/README.md"))

    assertThat(page).contains("```kotlin\n" + source.substringAfter("\n\n") + "```")
  }

  /** A service as grpc-kotlin generates it. */
  private class Hop : AbstractCoroutineServerImpl() {
    override fun bindService(): ServerServiceDefinition =
      ServerServiceDefinition.builder(HopGrpc.SERVICE_NAME)
        .addMethod(ServerCalls.unaryServerMethodDefinition(context, HopGrpc.getUnaryMethod(), ::unary))
        .addMethod(
          ServerCalls.serverStreamingServerMethodDefinition(context, HopGrpc.getServerStreamMethod(), ::stream)
        )
        .build()

    private suspend fun unary(request: Note): Note {
      val before = user()
      delay(1)
      return note("$before ${user()} ${withContext(Dispatchers.IO) { user() }}${request.text}")
    }

    private fun stream(request: Note): Flow<Note> = flow {
      emit(note(user() + request.text))
      delay(1)
      emit(note(user() + request.text))
    }
  }

  private fun start(inside: ServerInterceptor?): Server {
    val builder = NettyServerBuilder.forAddress(InetSocketAddress("127.0.0.1", 0)).addService(Hop())
    if (inside != null) {
      builder.intercept(inside)
    }
    val server = WaybillGrpc.install(builder, serving).build().start()
    opened.add(AutoCloseable { server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS) })
    return server
  }

  private fun calling(server: Server): Waybill =
    Waybill.builder(OpenTelemetry.noop())
      .carry(USER)
      .destination("grpc://127.0.0.1:${server.port}", TrustZone.OWN)
      .build()

  private fun through(waybill: Waybill, server: Server): ManagedChannel {
    val channel =
      WaybillGrpc.install(NettyChannelBuilder.forAddress("127.0.0.1", server.port).usePlaintext(), waybill).build()
    opened.add(AutoCloseable { channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS) })
    return channel
  }

  private fun callAs(user: String, server: Server): String {
    val waybill = calling(server)
    return inRequest(user, waybill) { who(through(waybill, server)) }
  }

  private suspend fun who(channel: ManagedChannel): String =
    ClientCalls.unaryRpc(channel, HopGrpc.getUnaryMethod(), note("")).text

  private fun <T> inRequest(user: String, waybill: Waybill, block: suspend () -> T): T =
    runBlocking(contextOf(user, waybill).asContextElement()) { block() }

  private fun contextOf(user: String, waybill: Waybill): Context =
    waybill.request().with(USER, user).call<Context, RuntimeException> { Context.current() }

  private companion object {
    val USER: BaggageField<String> = BaggageField.identity("user.id", FieldCodec.string())

    fun user(): String = RequestScope.currentOrNull()?.get(USER) ?: "nobody"

    fun note(text: String): Note = Note.newBuilder().setText(text).build()
  }
}
