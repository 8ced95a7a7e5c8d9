"""May this domain's mail be trusted to arrive? SPF, DKIM, DMARC and MX, as rules over DNS answers.

Pure: DNS comes in as a function. An answer that did not come is never taken for "missing".
"""
