import Foundation

/// Makes samples on several threads and hands them out in order: the same samples whatever the number of threads.
///
/// Each thread has a ``SampleMaker`` with a GL context of its own, about 300 MB. Threads run at most a few samples ahead
/// of the receiver, so that a slow one holds them up.
package struct SampleCrew: Sendable {
  private let assets: FaceAssets
  private let size: Int
  private let seed: UInt64
  private let isSmooth: Bool
  private let jobs: Int

  /// The arguments of ``SampleMaker``, and how many threads.
  package init(assets: FaceAssets, size: Int, seed: UInt64, isSmooth: Bool, jobs: Int) throws(GeneratorError) {
    guard (1...256).contains(jobs) else { throw .badRequest("--jobs \(jobs): 1 to 256 are needed") }
    self.assets = assets
    self.size = size
    self.seed = seed
    self.isSmooth = isSmooth
    self.jobs = jobs
  }

  /// Calls `make` for 0, 1, 2… on the crew's threads and `receive` with the results, in order, on this one.
  ///
  /// Ends after `count` results, or without a count when `receive` returns false; all threads have ended then.
  /// - Throws: what the first failing `make` or `receive` threw.
  package func run<Item: Sendable>(
    count: Int? = nil, make: @escaping @Sendable (SampleMaker, Int) throws -> Item, receive: (Item) throws -> Bool
  ) throws {
    let line = OrderedLine<Item>(count: count, ahead: 4 * jobs)
    let crew = DispatchGroup()
    for _ in 0..<jobs {
      crew.enter()
      Thread.detachNewThread {
        defer { crew.leave() }
        do {
          let maker = try SampleMaker(assets: assets, size: size, seed: seed, isSmooth: isSmooth)
          while let index = line.next() { line.put(try make(maker, index), at: index) }
        } catch { line.fail(error) }
      }
    }
    defer {
      line.stop()
      crew.wait()
    }
    while let item = try line.take() {
      guard try receive(item) else { return }
    }
  }
}

/// Numbers that go out to many threads and results that come back in order. All methods are for any thread.
final class OrderedLine<Item: Sendable>: @unchecked Sendable {
  // Everything below is touched with the condition locked.
  private let condition = NSCondition()
  private let count: Int
  private let ahead: Int
  private var given = 0
  private var taken = 0
  private var ready: [Int: Item] = [:]
  private var error: (any Error)?
  private var isStopped = false

  /// `ahead` is how many numbers may be out or ready at once; without a count it never ends.
  init(count: Int?, ahead: Int) {
    self.count = count ?? .max
    self.ahead = ahead
  }

  /// The next number to work on; waits while the receiver is behind. Nil when there is no more to do.
  func next() -> Int? {
    condition.withLock {
      while !isStopped, given < count, given - taken >= ahead { condition.wait() }
      guard !isStopped, given < count else { return nil }
      given += 1
      return given - 1
    }
  }

  /// Brings a number's result.
  func put(_ item: Item, at index: Int) {
    condition.withLock {
      ready[index] = item
      condition.broadcast()
    }
  }

  /// Ends the line with an error; the first one counts.
  func fail(_ error: any Error) {
    condition.withLock {
      self.error = self.error ?? error
      isStopped = true
      condition.broadcast()
    }
  }

  /// Ends the line.
  func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
    }
  }

  /// The next result in order; waits for it. Nil after the last one.
  func take() throws -> Item? {
    try condition.withLock {
      while !isStopped, taken < count, ready[taken] == nil { condition.wait() }
      if let error { throw error }
      guard let item = ready.removeValue(forKey: taken) else { return nil }
      taken += 1
      condition.broadcast()
      return item
    }
  }
}
