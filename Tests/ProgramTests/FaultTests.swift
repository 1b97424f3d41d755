import Foundation
import Glibc
import TestSupport
import Testing

/// What the machine does to a daemon that runs for months, and what its user sees then.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct FaultTests {
  /// Whether this user may make namespaces, which tests of mounts and networks need.
  static let hasNamespaces: Bool = {
    let probe = Process()
    probe.executableURL = URL(filePath: "/usr/bin/unshare")
    probe.arguments = ["-rmn", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }()
  static let namespaceReason = "this machine allows no namespaces (unshare -rmn)"

  private static func arguments(port: Int, in shop: Workshop) throws -> [String] {
    try shop.write("targets:\n  - port: \(port)\ncontrol: {port: 0}\noscquery: {enabled: false}\n", "gurn.yaml")
    return ["--config", "gurn.yaml", "--models", Program.models, "--source", DaemonTests.session, "--loop"]
  }

  @Test func withoutHomeAndXDGTheDefaultsHold() async throws {
    try await Workshop.with { shop in
      let daemon = try Program(
        try #require(Program.gurnd), ["--models", Program.models, "--source", DaemonTests.session, "--loop"],
        in: shop.folder, environment: ["PATH": "/usr/bin"])
      let lines = try #require(daemon.lines(until: "frames from"))
      #expect(lines.contains { $0.contains("127.0.0.1:39539 (vmc)") }, "\(lines)")
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test(.enabled(if: hasNamespaces, Comment(rawValue: namespaceReason)))
  func aHomeThatCannotBeWrittenIsNoMatter() async throws {
    try await Workshop.with { shop in
      let listener = try VMCListener()
      let arguments = try Self.arguments(port: listener.port, in: shop)
      let script = "exec unshare -rm sh -c 'mount --bind . . && mount -o remount,bind,ro . && cd \"$HOME\" "
      let daemon = try Program.prepared(
        by: script + "&& ! touch x 2>/dev/null && exec \"$@\"' sh \"$@\"", Program.gurnd, arguments, in: shop.folder)
      await listener.hearExpression()
      let outcome = try daemon.end(by: SIGTERM)
      #expect(outcome.status == 0 && !outcome.errors.contains { $0.contains("warning") }, "\(outcome)")
    }
  }

  @Test(.enabled(if: hasNamespaces, Comment(rawValue: namespaceReason)))
  func aFullDiskIsSaidAndLeavesNothingBehind() async throws {
    try await Workshop.with { shop in
      let script =
        "exec unshare -rm sh -c 'mkdir disk && mount -t tmpfs -o size=16k tmpfs disk && \"$@\"; s=$?; ls -A disk; exit $s' "
      let outcome = try Program.prepared(
        by: script + "sh \"$@\"", Program.gurn,
        ["track", DaemonTests.session, "--csv", "disk/out.csv", "--models", Program.models], in: shop.folder
      ).end()
      #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.errors.last?.contains("disk/out.csv") == true, "\(outcome.errors)")
      #expect(outcome.errors.last?.contains("enough space") == true, "\(outcome.errors)")
    }
  }

  @Test(.enabled(if: hasNamespaces, Comment(rawValue: namespaceReason)))
  func withoutANetworkItGoesOnAndSaysSo() async throws {
    try await Workshop.with { shop in
      // A network namespace of its own has nothing but a loopback that is down.
      let daemon = try Program.prepared(
        by: "exec unshare -rn \"$@\"", Program.gurnd, try Self.arguments(port: 39539, in: shop), in: shop.folder)
      let lines = try #require(daemon.lines(until: "unreachable"))
      #expect(lines.last?.contains("warning") == true && lines.last?.contains("127.0.0.1:39539") == true, "\(lines)")
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test func stoppedAndContinuedItGoesOn() async throws {
    try await Workshop.with { shop in
      let listener = try VMCListener()
      let daemon = try Program(
        try #require(Program.gurnd), try Self.arguments(port: listener.port, in: shop), in: shop.folder)
      await listener.hearExpression()
      let id = daemon.process.processIdentifier
      kill(id, SIGSTOP)
      // The kernel says T once it stands.
      while try !String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8).contains(") T ") { sched_yield() }
      let before = listener.stream.frames
      kill(id, SIGCONT)
      while listener.stream.frames <= before + 1 { await listener.hearExpression() }
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test func withoutDescriptorsItSaysSoAndKeepsWhatItHas() async throws {
    try await Workshop.with { shop in
      let listener = try VMCListener()
      let arguments = try Self.arguments(port: listener.port, in: shop)
      let outcome = try Program.prepared(by: "ulimit -n 6", Program.gurnd, arguments, in: shop.folder).end()
      #expect(outcome.isOrderly && outcome.status == 1, "\(outcome)")
      #expect(outcome.errors.count == 1 && outcome.errors.first?.hasPrefix("Error: ") == true, "\(outcome.errors)")
      #expect(outcome.errors.last?.contains("ulimit -n") == true, "\(outcome.errors)")

      let daemon = try Program(try #require(Program.gurnd), arguments, in: shop.folder)
      await listener.hearExpression()
      let id = daemon.process.processIdentifier
      func limit(to descriptors: Int) throws {
        let outcome = try Program(
          URL(filePath: "/usr/bin/prlimit"), ["--pid", "\(id)", "--nofile=\(descriptors):"], in: shop.folder
        ).end()
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      try limit(to: 3)
      kill(id, SIGHUP)
      let refusal = try #require(daemon.lines(until: "not reloaded"))
      #expect(refusal.last?.contains("the old one stays") == true, "\(refusal)")
      // A recording that starts over opens its file again.
      try limit(to: 1024)
      let before = listener.stream.frames
      while listener.stream.frames <= before + 1 { await listener.hearExpression() }
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test func withoutGLTheProcessorServesAndGLIsRefused() async throws {
    try await Workshop.with { shop in
      // libglvnd finds no driver of any kind.
      let none = ["__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent", "LIBGL_DRIVERS_PATH": "/nonexistent"]
      let listener = try VMCListener()
      let arguments = try Self.arguments(port: listener.port, in: shop)
      let daemon = try Program.prepared(by: "", Program.gurnd, arguments, in: shop.folder, environment: none)
      await listener.hearExpression()
      #expect(try daemon.end(by: SIGTERM).status == 0)

      try shop.write("tracking:\n  executor: gl\n", "gurn.yaml")
      let refused = try Program.prepared(by: "", Program.gurnd, arguments, in: shop.folder, environment: none).end()
      #expect(refused.isOrderly && refused.status == 1, "\(refused)")
      #expect(refused.errors.last?.hasPrefix("Error: ") == true && refused.errors.last?.contains("EGL") == true)
    }
  }

  /// Adds an hour to the wall clock as soon as a file is there: seen from the kernel's timers, a step back by an hour.
  private static let clock = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <stdlib.h>
    #include <sys/time.h>
    #include <time.h>
    #include <unistd.h>
    static time_t step(void) { const char *f = getenv("CLOCK_STEP"); return f && access(f, F_OK) == 0 ? 3600 : 0; }
    int clock_gettime(clockid_t id, struct timespec *t) {
      static int (*real)(clockid_t, struct timespec *);
      if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
      int r = real(id, t);
      if (id == CLOCK_REALTIME) t->tv_sec += step();
      return r;
    }
    int gettimeofday(struct timeval *restrict t, void *restrict z) {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      t->tv_sec = now.tv_sec; t->tv_usec = now.tv_nsec / 1000;
      return 0;
    }
    """

  static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled(if: compiler != nil, "there is no C compiler to make a clock that steps"))
  func aStepOfTheWallClockIsNotNoticed() async throws {
    try await Workshop.with { shop in
      try shop.write(Self.clock, "clock.c")
      let build = try Program(
        URL(filePath: try #require(Self.compiler)), ["-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"],
        in: shop.folder
      ).end()
      try #require(build.status == 0, "\(build.errors)")
      let listener = try VMCListener()
      let daemon = try Program.prepared(
        by: "", Program.gurnd, try Self.arguments(port: listener.port, in: shop), in: shop.folder,
        environment: ["LD_PRELOAD": shop.path("clock.so"), "CLOCK_STEP": shop.path("step")])
      await listener.hearExpression()
      try shop.write("", "step")
      let before = listener.stream.frames
      while listener.stream.frames <= before + 60 { await listener.hearExpression() }
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }
}
