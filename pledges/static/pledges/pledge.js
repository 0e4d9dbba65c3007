// Proposes the usual unit and measure of a metric when it is chosen.
{
    const $ = django.jQuery; // Select2 triggers its events by jQuery only
    const [metric, unit, measure] = ["metric", "unit", "measure"].map((name) => document.getElementById(`id_${name}`));
    let isMeasureChosen = false;

    if (metric && unit && measure) {
        const isNew = !metric.value;
        measure.addEventListener("change", () => {
            isMeasureChosen = true;
        });
        $(metric).on("select2:select", async (event) => {
            const response = await fetch(`${metric.dataset.usualUrl}?metric=${event.params.data.id}`);
            if (response.ok && metric.value === event.params.data.id) {
                propose(await response.json(), isNew);
            }
        });
    }

    function propose(usual, isNew) {
        if (usual.unit && !unit.value) {
            unit.append(new Option(usual.unit, usual.unit, true, true));
            $(unit).trigger("change");
        }
        if (usual.measure && isNew && !isMeasureChosen) {
            measure.value = usual.measure;
        }
    }
}
