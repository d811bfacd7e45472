extension ProviderRegistry {
    /// All that this program has, in the order in which they are taken where nobody chose; tests add to it.
    @TaskLocal package static var standard = ProviderRegistry([
        MultipassProvider.entry, NamespaceProvider.entry, BaremetalProvider.entry,
    ])

    /// In the order in which they are taken where nobody chose.
}

extension ProviderName: CaseIterable {
    package static var allCases: [ProviderName] { ProviderRegistry.standard.names }
}
