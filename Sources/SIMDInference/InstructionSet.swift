import CSIMDKernels

/// A set of vector instructions that the kernels are compiled for, and that this CPU has.
package struct InstructionSet: Sendable, Hashable, CustomStringConvertible {
  /// Its place among the sets of this build, the fastest last.
  private let index: Int32

  private init?(index: Int32) {
    guard gurn_kernels_at(index) != nil else { return nil }
    self.index = index
  }

  /// The sets that this CPU has, the fastest last: at most `SSE2`, `AVX2` and `AVX-512`, or `NEON`; never empty.
  package static let available: [InstructionSet] = (0..<gurn_kernels_count()).compactMap(InstructionSet.init)
  /// The fastest set that this CPU has.
  package static var best: InstructionSet { available[available.count - 1] }

  /// Such as `AVX2`, for `gurn probe`.
  package var name: String { String(cString: kernels.pointee.name) }
  package var description: String { name }

  var kernels: UnsafePointer<gurn_kernels> {
    guard let kernels = gurn_kernels_at(index) else { preconditionFailure("the CPU lost an instruction set") }
    return kernels
  }
}
