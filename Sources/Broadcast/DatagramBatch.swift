import CSockets
import Glibc

/// Sends the datagrams of a frame to many addresses with as few system calls as there can be, sendmmsg(2).
///
/// Its memory grows to what a frame needs and stays. For one thread at a time: its owner holds a lock.
final class DatagramBatch: @unchecked Sendable {
  /// What came of an address's datagrams in a frame.
  struct Outcome: Equatable {
    var sent = 0
    var lost = 0
    /// Times that the host answered that nobody listens.
    var refusals = 0
    /// Why the last one was lost.
    var failure: Int32?
  }

  /// What Linux takes in one call at most, UIO_MAXIOV.
  private static let callLimit = 1024

  /// After how many signs of a refusal in a frame a connected socket's rest is not sent: the first may be of the frame before,
  /// the second says that nobody listens now either.
  private static let patience = 2

  private var headers = [gurn_mmsghdr](repeating: gurn_mmsghdr(), count: callLimit)
  private var vectors: [iovec] = []

  /// Sends all datagrams to a connected socket's address.
  func send(_ datagrams: DatagramSet, through descriptor: Int32) -> Outcome {
    var outcome = Outcome()
    withVectors(of: datagrams) { vectors in
      fill(vectors, name: nil, length: 0) { count in
        run(descriptor, count: count, patience: Self.patience) { _, result in outcome.add(result) }
      }
    }
    return outcome
  }

  /// Sends all datagrams to each address through one socket that is not connected.
  ///
  /// - Parameters:
  ///   - addresses: the first of `count` addresses that lie `stride` bytes apart.
  ///   - isMeant: which of them are.
  ///   - report: told of every datagram.
  func send(
    _ datagrams: DatagramSet, through descriptor: Int32, to addresses: UnsafeMutableRawPointer, count: Int, stride: Int,
    where isMeant: (Int) -> Bool, report: (Int, Result) -> Void
  ) {
    withVectors(of: datagrams) { vectors in
      let perCall = max(1, Self.callLimit / max(1, vectors.count))
      var owners = 0..<0
      var pending = 0
      func flush() {
        guard pending > 0 else { return }
        var next = owners.lowerBound
        var left = vectors.count
        run(descriptor, count: pending) { _, result in
          while !isMeant(next) { next += 1 }
          report(next, result)
          left -= 1
          if left == 0 { (next, left) = (next + 1, vectors.count) }
        }
        pending = 0
      }
      guard vectors.count <= Self.callLimit else { return }
      for index in 0..<count where isMeant(index) {
        let address = (addresses + index * stride).assumingMemoryBound(to: ResolvedAddress.self)
        if pending == 0 { owners = index..<count }
        for vector in 0..<vectors.count {
          set(pending, vectors.baseAddress! + vector, name: address, length: address.pointee.length)
          pending += 1
        }
        if pending / vectors.count >= perCall { flush() }
      }
      flush()
    }
  }

  /// What came of one datagram.
  enum Result {
    case sent
    case refused
    case lost(Int32)
  }

  private func set(
    _ index: Int, _ vector: UnsafeMutablePointer<iovec>, name: UnsafeMutableRawPointer?, length: socklen_t
  ) {
    headers[index].msg_hdr.msg_iov = vector
    headers[index].msg_hdr.msg_iovlen = 1
    headers[index].msg_hdr.msg_name = name
    headers[index].msg_hdr.msg_namelen = length
  }

  private func fill(
    _ vectors: UnsafeMutableBufferPointer<iovec>, name: UnsafeMutableRawPointer?, length: socklen_t,
    flush: (Int) -> Void
  ) {
    var pending = 0
    for vector in 0..<vectors.count {
      set(pending, vectors.baseAddress! + vector, name: name, length: length)
      pending += 1
      if pending == Self.callLimit {
        flush(pending)
        pending = 0
      }
    }
    if pending > 0 { flush(pending) }
  }

  /// Hands `count` headers to the system and tells what became of each, in their order.
  /// - Parameter patience: how many calls may end early before the rest is given up.
  private func run(_ descriptor: Int32, count: Int, patience: Int = .max, report: (Int, Result) -> Void) {
    var next = 0
    var endings = 0
    var wasRefused = false
    while next < count {
      guard endings < patience else {
        for index in next..<count { report(index, .lost(ECONNREFUSED)) }
        return
      }
      let sent = headers.withUnsafeMutableBufferPointer {
        gurn_sendmmsg(descriptor, $0.baseAddress! + next, UInt32(count - next), Int32(MSG_NOSIGNAL))
      }
      if sent > 0 {
        for index in next..<next + Int(sent) { report(index, wasRefused && index == next ? .refused : .sent) }
        next += Int(sent)
        wasRefused = false
        // What ended it is not told, and has been forgotten: on a connected socket it was a refusal.
        if next < count { endings += 1 }
        continue
      }
      let code = errno
      // A refusal is of an earlier datagram, and this one has not been sent: sent again it goes out.
      if code == ECONNREFUSED && !wasRefused {
        wasRefused = true
        endings += 1
      } else if code != EINTR {
        report(next, code == ECONNREFUSED ? .refused : .lost(code))
        next += 1
        wasRefused = false
      }
    }
  }

  private func withVectors(of datagrams: DatagramSet, _ body: (UnsafeMutableBufferPointer<iovec>) -> Void) {
    vectors.removeAll(keepingCapacity: true)
    datagrams.forEach {
      vectors.append(iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count))
    }
    // The datagrams' bytes stay where they are as long as the set is alive.
    withExtendedLifetime(datagrams) {
      vectors.withUnsafeMutableBufferPointer { if !$0.isEmpty { body($0) } }
    }
  }
}

extension DatagramBatch.Outcome {
  mutating func add(_ result: DatagramBatch.Result) {
    switch result {
    case .sent: sent += 1
    case .refused:
      sent += 1
      refusals += 1
    case .lost(ECONNREFUSED):
      lost += 1
      refusals += 1
    case .lost(let code):
      lost += 1
      failure = code
    }
  }
}
