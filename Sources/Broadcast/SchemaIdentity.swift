import Synchronization

/// Stands for a wire format with its options: equal where these are, and compared in no time.
struct SchemaIdentity: Equatable, Sendable {
  /// Every format that was in use since the process began; so many as a user thinks of.
  private static let known = Mutex<[SchemaConfiguration]>([])

  private let index: Int

  init(_ configuration: SchemaConfiguration) {
    index = Self.known.withLock { known in
      if let index = known.firstIndex(of: configuration) { return index }
      known.append(configuration)
      return known.count - 1
    }
  }
}
